// The parts of OpenSSL that the TLS target uses, and functions in place of macros. No logic.
#pragma once
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// Stacks.
static inline STACK_OF(X509) *weir_x509s_new(void) { return sk_X509_new_null(); }
static inline int weir_x509s_push(STACK_OF(X509) *stack, X509 *certificate) {
    return sk_X509_push(stack, certificate);
}
/// Takes the first certificate out; the caller owns it then.
static inline X509 *weir_x509s_shift(STACK_OF(X509) *stack) { return sk_X509_shift(stack); }
static inline int weir_x509s_count(const STACK_OF(X509) *stack) { return sk_X509_num(stack); }
static inline X509 *weir_x509s_at(const STACK_OF(X509) *stack, int index) {
    return sk_X509_value(stack, index);
}
static inline void weir_x509s_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }
static inline STACK_OF(X509_NAME) *weir_x509_names_new(void) { return sk_X509_NAME_new_null(); }
static inline int weir_x509_names_push(STACK_OF(X509_NAME) *stack, X509_NAME *name) {
    return sk_X509_NAME_push(stack, name);
}
static inline void weir_x509_names_free(STACK_OF(X509_NAME) *stack) {
    sk_X509_NAME_pop_free(stack, X509_NAME_free);
}
static inline int weir_general_names_count(const GENERAL_NAMES *names) {
    return sk_GENERAL_NAME_num(names);
}
static inline int weir_general_name_type(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index)->type;
}
/// The text of a DNS name or URI (types GEN_DNS and GEN_URI).
static inline const ASN1_STRING *weir_general_name_text(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index)->d.ia5;
}
static inline int weir_ciphers_count(const STACK_OF(SSL_CIPHER) *stack) {
    return sk_SSL_CIPHER_num(stack);
}
static inline const SSL_CIPHER *weir_cipher_at(const STACK_OF(SSL_CIPHER) *stack, int index) {
    return sk_SSL_CIPHER_value(stack, index);
}

// Contexts and sessions.
static inline int weir_ctx_set_min_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int weir_ctx_set_groups(SSL_CTX *context, const char *list) {
    return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline void weir_ctx_set_mode(SSL_CTX *context, long mode) {
    SSL_CTX_set_mode(context, mode);
}
static inline void weir_ctx_set_session_cache(SSL_CTX *context, long mode) {
    SSL_CTX_set_session_cache_mode(context, mode);
}
static inline void weir_ctx_set_max_cert_list(SSL_CTX *context, long size) {
    SSL_CTX_set_max_cert_list(context, size);
}
static inline void weir_ctx_set_status_callback(SSL_CTX *context, int (*callback)(SSL *, void *)) {
    SSL_CTX_set_tlsext_status_cb(context, callback);
}
/// Takes over `response`, which must come from `weir_openssl_malloc`.
static inline void weir_set_status_response(SSL *ssl, unsigned char *response, long size) {
    SSL_set_tlsext_status_ocsp_resp(ssl, response, size);
}
static inline void *weir_openssl_malloc(size_t size) { return OPENSSL_malloc(size); }
static inline void weir_openssl_free(void *memory) { OPENSSL_free(memory); }
static inline int weir_set_verify_store(SSL *ssl, X509_STORE *store) {
    return (int)SSL_set1_verify_cert_store(ssl, store);
}
static inline int weir_is_resumed(SSL *ssl) { return SSL_session_reused(ssl); }
/// Swift's strings do not live as long as the parameters that point at them.
static inline int weir_mac_set_key(EVP_MAC_CTX *digest, const unsigned char *key, size_t size) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, size),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(digest, parameters);
}

// Certificates that are made.
/// EVP_EC_gen is variadic below.
static inline EVP_PKEY *weir_new_key_p256(void) { return EVP_EC_gen("P-256"); }
/// Adds the subject, which is also the issuer, and the alternative names, `DNS:a,DNS:b`.
static inline int weir_x509_add_names(X509 *certificate, const char *names) {
    X509_NAME *subject = X509_get_subject_name(certificate);
    if (X509_NAME_add_entry_by_NID(
            subject, NID_commonName, MBSTRING_ASC, (const unsigned char *)"self-signed", -1, -1,
            0) != 1)
        return 0;
    if (X509_set_issuer_name(certificate, subject) != 1) return 0;
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    if (extension == NULL) return 0;
    int result = X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    return result;
}

// BIOs.
static inline void weir_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void weir_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
/// The length of a C string.
static inline size_t weir_length(const char *text) { return __builtin_strlen(text); }
static inline long weir_bio_memory(BIO *bio, char **start) { return BIO_get_mem_data(bio, start); }

// Macros that are no plain numbers.
enum {
    WEIR_ALERT_OFFSET = SSL_AD_REASON_OFFSET,
};
static const uint64_t WEIR_OPTIONS = SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA;
static const unsigned long WEIR_NAME_RFC2253 = XN_FLAG_RFC2253;
