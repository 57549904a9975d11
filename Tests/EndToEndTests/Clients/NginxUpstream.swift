import TestSupport

/// nginx as a quick upstream for many connections: `/file` has 128 bytes, `/large` 256 KiB, and
/// `/post` waits for the whole body.
final class NginxUpstream {
    let port: UInt16
    private let folder: ScratchFolder
    private let process: ChildProcess

    /// Starts it and waits until it listens.
    init() throws {
        folder = try ScratchFolder()
        let port = try Socket.bind().port
        self.port = port
        let files = try ManifestFolder(path: folder.path)
        try files.write("large", String(repeating: "x", count: 256 << 10))
        let settings = """
            daemon off; master_process off; pid \(folder.path)/pid;
            error_log \(folder.path)/log crit; worker_rlimit_nofile 16384;
            events { worker_connections 16384; }
            http {
                access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
                client_body_temp_path \(folder.path)/a; proxy_temp_path \(folder.path)/b;
                fastcgi_temp_path \(folder.path)/c; uwsgi_temp_path \(folder.path)/d;
                scgi_temp_path \(folder.path)/e;
                server {
                    listen 127.0.0.1:\(port) backlog=4096;
                    location / { return 200 "\(String(repeating: "x", count: 128))"; }
                    location /post { proxy_pass http://127.0.0.1:\(port)/file; }
                    location /large { root \(folder.path); }
                }
            }
            """
        try files.write("nginx.conf", settings)
        process = try ChildProcess([
            "/usr/sbin/nginx", "-p", folder.path, "-c", folder.path("nginx.conf"), "-e", "stderr",
        ])
        try eventually("nginx listens") { (try? RawClient(port: port)) != nil }
    }

    func stop() {
        process.stop()
        folder.remove()
    }
}
