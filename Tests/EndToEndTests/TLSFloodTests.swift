import TestSupport
import Testing

/// Clients that make TLS itself talk and never listen.
@Suite struct `TLS floods` {
    /// Shakes hands by TLS 1.2, then writes records full of refused renegotiations by its own
    /// hand, since no library would; each is answered with an alert that it does not read.
    private static let script = """
        import hashlib, hmac, os, socket, ssl, struct, sys, tempfile
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
        port, authority, host = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        log = tempfile.NamedTemporaryFile()
        context = ssl.create_default_context(cafile=authority)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers('ECDHE+AES128+AESGCM')
        context.keylog_filename = log.name
        inside, outside = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(inside, outside, server_hostname=host)
        wire = socket.socket()
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(('127.0.0.1', port))
        seen = b''
        while True:
            try:
                tls.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            wire.sendall(outside.read())
            if done: break
            piece = wire.recv(65536)
            seen += piece
            inside.write(piece)
        words = next(line.split() for line in open(log.name) if line.startswith('CLIENT_RANDOM'))
        client, secret, server = bytes.fromhex(words[1]), bytes.fromhex(words[2]), seen[11:43]
        def expand(seed, size):
            link, text = seed, b''
            while len(text) < size:
                link = hmac.new(secret, link, hashlib.sha256).digest()
                text += hmac.new(secret, link + seed, hashlib.sha256).digest()
            return text[:size]
        keys = expand(b'key expansion' + server + client, 40)
        seal, salt, number = AESGCM(keys[:16]), keys[32:36], 1
        hello = b'\\x01\\x00\\x00\\x0d' + bytes(13)
        plain = hello * (16000 // len(hello))
        wire.settimeout(10)
        try:
            for _ in range(2000):
                nonce = struct.pack('>Q', number)
                head = b'\\x16\\x03\\x03'
                text = nonce + seal.encrypt(
                    salt + nonce, plain, nonce + head + struct.pack('>H', len(plain)))
                wire.sendall(head + struct.pack('>H', len(text)) + text)
                number += 1
            print('all was taken')
        except OSError as error:
            print('ended after', number, 'records')
        """

    @Test func `refused renegotiations that nobody reads end their connection, not the process`()
        throws
    {
        try withTLS { stage throws in
            let output = try stage.python(Self.script, within: .seconds(60))
            #expect(output.stdout.hasPrefix("ended after"), "\(output)")
            try stage.gateway.waitForRejections("tls_answers", 1)
            #expect(try stage.curl().isGood)
        }
    }
}
