//! `sshd`, one process for each connection, as inetd would start it: so any free port will do.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::server::{Server, listen};

/// Where Debian and most others have it: a daemon is on no user's path.
const PROGRAM: &str = "/usr/sbin/sshd";

/// Where sshd locks itself in when root starts it. Usually made when the machine starts, which containers do not.
const CELL: &str = "/run/sshd";

/// An open server that lets the owner of a key in; it closes when this goes away.
#[derive(Debug)]
pub struct GitOverSsh {
    port: u16,
    log: PathBuf,
    trace: PathBuf,
    _server: Server,
}

impl GitOverSsh {
    /// Lets in whoever has the key that belongs to `authorized`, under the name of the user who runs this; what
    /// the server writes is put into `folder`.
    ///
    /// # Errors
    /// When no port can be had or nothing can be written.
    pub fn open(folder: &Path, host_key: &Path, authorized: &Path) -> io::Result<Self> {
        if Path::new("/run").is_dir() && !Path::new(CELL).exists() {
            // Only root needs it, and only root can make it.
            std::fs::create_dir(CELL).ok();
        }
        let (log, trace) = (folder.join("sshd.log"), folder.join("sshd.trace"));
        let settings = folder.join("sshd_config");
        let text = format!(
            "HostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nSetEnv GIT_TRACE_PACKET={}\n",
            host_key.display(),
            authorized.display(),
            trace.display()
        );
        std::fs::write(&settings, text)?;
        let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let port = listener.local_addr()?.port();
        let said = log.clone();
        let server = Server::start("sshd", async move || {
            let listener = TcpListener::from_std(listener)?;
            let mut served = Vec::new();
            loop {
                let (stream, _) = listener.accept().await?;
                served.push(serve(stream, &settings, &said)?);
            }
        })?;
        Ok(Self { port, log, trace, _server: server })
    }

    /// Returns its port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns what sshd says of those who came.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Returns what git was asked for, line by line of its protocol.
    #[must_use]
    pub fn trace(&self) -> String {
        std::fs::read_to_string(&self.trace).unwrap_or_default()
    }
}

fn serve(stream: TcpStream, settings: &Path, log: &Path) -> io::Result<Child> {
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    let stream = OwnedFd::from(stream);
    let mut sshd = Command::new(PROGRAM);
    sshd.arg("-i").arg("-f").arg(settings).arg("-E").arg(log);
    sshd.stdin(Stdio::from(stream.try_clone()?)).stdout(Stdio::from(stream)).stderr(Stdio::null());
    sshd.kill_on_drop(true).spawn().map_err(|error| {
        let hint = "`cargo xtask test` installs it (package openssh-server)";
        io::Error::new(error.kind(), format!("failed to start {PROGRAM}: {error}; {hint}"))
    })
}
