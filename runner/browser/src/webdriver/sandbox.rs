//! Whether the browser of a WebDriver server can have its sandbox: not where the server runs as root on this
//! machine, since Chrome refuses that.

use url::{Host, Url};

/// The state of a socket that listens, in the kernel's tables.
const LISTENS: &str = "0A";

/// Returns true when a server is on this machine, or in the same pod.
pub(super) fn is_here(server: &Url) -> bool {
    match server.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Returns true when whoever listens there is root. The kernel tells whose each socket is, also for another
/// container of the pod.
pub(super) fn is_run_by_root(server: &Url) -> bool {
    let Some(port) = server.port_or_known_default().filter(|_| is_here(server)) else { return false };
    let tables =
        ["/proc/net/tcp", "/proc/net/tcp6"].map(|table| std::fs::read_to_string(table).unwrap_or_default());
    tables.iter().find_map(|table| owner(table, port)) == Some(0)
}

/// Returns the user who listens on a port, from one of the kernel's tables of sockets.
fn owner(table: &str, port: u16) -> Option<u32> {
    let port = format!(":{port:04X}");
    table.lines().find_map(|line| {
        let words: Vec<_> = line.split_ascii_whitespace().collect();
        let is_it = words.get(1)?.ends_with(&port) && *words.get(3)? == LISTENS;
        is_it.then(|| words.get(7)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:252B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 8401 1
   1: 0100007F:2406 00000000:0000 0A 00000000:00000000 00:00000000 00000000 65532        0 8402 1
   2: 0100007F:9C40 0100007F:252B 01 00000000:00000000 00:00000000 00000000  1000        0 8403 1
";

    #[test]
    fn the_kernel_tells_who_listens() {
        assert_eq!(owner(TABLE, 9515), Some(0));
        assert_eq!(owner(TABLE, 9222), Some(65532));
        assert_eq!(owner(TABLE, 40000), None, "a connection is no listener");
        assert_eq!(owner(TABLE, 1), None);
    }

    #[test]
    fn only_loopback_is_here() {
        for (server, expected) in [
            ("http://localhost:9515", true),
            ("http://127.0.0.1:9515", true),
            ("http://[::1]:9515", true),
            ("http://driver:9515", false),
            ("http://10.0.0.1:9515", false),
        ] {
            assert_eq!(is_here(&Url::parse(server).unwrap()), expected, "{server}");
        }
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}", server.local_addr().unwrap())).unwrap();
        assert_eq!(is_run_by_root(&url), rustix::process::geteuid().is_root());
    }
}
