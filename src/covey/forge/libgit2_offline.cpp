// libgit2 without its network, of which Covey uses nothing: what the archive's parts for TLS, SSH and Kerberos define
// is defined here, so that the linker leaves those parts, and mbedTLS, libssh2, OpenSSL and Kerberos behind them, out.
//
// Why: linked as a shared library libgit2 brings sixteen others, and with them 3 to 7 ms to each start of `covey`,
// whatever it does; and at its first use it reads the machine's certificates, for 18 ms more. The static archive would
// need Kerberos, of which Debian has no static one. With these few definitions a start costs what it did without
// libgit2, the first use 0.2 ms, and the binary is one file still. cmake/dependencies.cmake tries whether they are the
// right ones for the archive at hand, and takes the shared library where they are not: then nobody calls them.
//
// Only the names matter. What is called at the start says that all is well; the rest, which no URL leads to here,
// fails.
#include <covey/forge/libgit2_offline.hpp>

namespace covey::forge {

void keep_libgit2_offline() {}

}  // namespace covey::forge

namespace {

constexpr int k_well = 0;
constexpr int k_fails = -1;  // GIT_ERROR

}  // namespace

// NOLINTBEGIN(readability-identifier-naming, bugprone-reserved-identifier): libgit2's names
extern "C" {
int git_mbedtls_stream_global_init() { return k_well; }
int git_transport_ssh_global_init() { return k_well; }
int git_mbedtls__set_cert_location(const char*, const char*) { return k_fails; }
int git_mbedtls_stream_new(void**, const char*, const char*) { return k_fails; }
int git_mbedtls_stream_wrap(void**, void*, const char*) { return k_fails; }
int git_smart_subtransport_ssh(void**, void*, void*) { return k_fails; }
int git_transport_ssh_with_paths(void**, void*, void*) { return k_fails; }
int git_http_auth_negotiate(void**, void*) { return k_fails; }
}
// NOLINTEND(readability-identifier-naming, bugprone-reserved-identifier)
