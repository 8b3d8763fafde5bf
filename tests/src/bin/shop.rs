//! `shop`: the shop as a program, for demos, benchmarks and pods. Prints its addresses and serves until it is
//! ended.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use canary_tests::shop::{Faults, Options, Shop};
use clap::Parser;

/// A small web shop with switchable faults.
#[derive(Parser)]
struct Arguments {
    /// Where it listens; port 0 chooses a free one
    #[arg(long, default_value = "127.0.0.1:4600")]
    address: SocketAddr,
    /// Where its partner listens, which is another site to a browser
    #[arg(long, default_value = "127.0.0.2:4601")]
    partner: SocketAddr,
    /// What goes wrong, for example missing-button or slow-answer:1500@/search, separated by commas
    #[arg(long, default_value = "none")]
    faults: Faults,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match serve(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &Arguments) -> io::Result<()> {
    let shop = Shop::open_with(&Options {
        address: arguments.address,
        partner: arguments.partner,
        faults: arguments.faults.clone(),
    })?;
    writeln!(io::stdout(), "shop {} partner {}", shop.url(), shop.partner_url())?;
    io::stdout().flush()?;
    loop {
        std::thread::park();
    }
}
