//! The receipt: how soon after the commit its first byte reaches the printer, what it takes to draw one of twenty
//! lines in each form, and what a printer costs the sale.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::Context;
use desk::api::basket::{AddProduct, CompleteSale, TenderInput};
use desk::api::printing::{PrintRef, Printer, SetPrinter, SettlePrint};
use desk::api::sales::SaleId;
use desk::printing::Which;
use desk::{Desk, Nothing};

use crate::shop::{basket_of_three, found, kept, new_id, open, open_drawer, product_ids, sell, stock};
use crate::table;

/// Sales of which each prints its receipt.
const SALES: usize = 300;
/// Receipts that are drawn, each in every form.
const DRAWN: usize = 200;
const LINES: usize = 20;

/// Sells with a printer on loopback, and draws receipts.
pub fn measure() -> anyhow::Result<()> {
    let data = tempfile::tempdir_in(kept()?)?;
    found(data.path())?;
    stock(data.path())?;
    let desk = open(data.path())?;
    open_drawer(&desk)?;
    let products = product_ids(&desk)?;
    let bare = sales(&desk, &products, None)?.0;
    let (printer, first_bytes) = listener()?;
    let lines = connections()?;
    set(&desk, &printer)?;
    till::printing::start(&desk);
    let (times, starts) = sales(&desk, &products, Some(&first_bytes))?;
    let how = format!(
        "{SALES} sales at a printer on loopback that says how it is; the other is a bare connection and a byte"
    );
    table::beside(
        "commit of a sale to the first byte at the printer",
        &starts,
        &lines,
        Duration::from_millis(100),
        &how,
    );
    let how = format!("{SALES} sales with a printer that prints each, and as many without one");
    table::beside("a sale that prints its receipt", &times, &bare, Duration::from_millis(20), &how);
    let [escpos, text, pdf] = drawings(&desk, &products)?;
    for (form, times) in
        [("for a receipt printer", escpos), ("as text, with the rest of its screen", text), ("as PDF", pdf)]
    {
        let what = format!("a receipt of {LINES} lines {form}");
        table::times(&what, &times, Duration::from_millis(5), &format!("{DRAWN} times, from the book"));
    }
    Ok(())
}

fn set(desk: &Desk, address: &str) -> anyhow::Result<()> {
    let printer = Printer {
        address: address.to_owned(),
        baud: None,
        columns: 42,
        code_page: "pc858".to_owned(),
        cuts: true,
        drawer_pin: None,
        prints_receipts: true,
        prints_logo: true,
    };
    desk.set_printer(SetPrinter { which: "receipts".to_owned(), printer: Some(printer) })?;
    Ok(())
}

/// What each sale took, and how long after its answer the first byte of its receipt came.
fn sales(
    desk: &Desk,
    products: &[String],
    came: Option<&Receiver<Instant>>,
) -> anyhow::Result<(Vec<Duration>, Vec<Duration>)> {
    let (mut times, mut starts) = (Vec::new(), Vec::new());
    for no in 0..SALES {
        let asked = basket_of_three(desk, products, no)?;
        let begun = Instant::now();
        sell(desk, asked)?;
        let committed = Instant::now();
        times.push(committed - begun);
        if let Some(came) = came {
            let first = came.recv_timeout(Duration::from_secs(20)).context("no receipt came")?;
            starts.push(first.saturating_duration_since(committed));
        }
    }
    Ok((times, starts))
}

/// A printer on loopback; it tells when the first byte of each paper came.
fn listener() -> anyhow::Result<(String, Receiver<Instant>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            // A line that breaks is seen by the receipt that does not come.
            let _ = take(stream, &sender);
        }
    });
    Ok((address, receiver))
}

/// Answers what is asked before and after a paper, as the ESC/POS reference says.
fn take(mut stream: TcpStream, first: &Sender<Instant>) -> anyhow::Result<()> {
    let (mut command, mut byte, mut is_begun) = (Vec::new(), [0], false);
    while stream.read(&mut byte)? == 1 {
        command.push(byte[0]);
        match command[..] {
            [0x10] | [0x10, 4] | [0x1d] | [0x1d, b'r'] => continue,

            [0x10, 4, _] => stream.write_all(&[0x12])?,
            [0x1d, b'r', 1] => stream.write_all(&[0])?,
            _ if !is_begun => {
                is_begun = true;
                first.send(Instant::now())?;
            }
            _ => (),
        }
        command.clear();
    }
    Ok(())
}

/// A bare connection and its first byte, many times.
fn connections() -> anyhow::Result<Vec<Duration>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten().take(SALES) {
            let mut stream = stream;
            if stream.read_exact(&mut [0]).is_err() || sender.send(Instant::now()).is_err() {
                return;
            }
        }
    });
    let mut times = Vec::new();
    for _ in 0..SALES {
        let begun = Instant::now();
        TcpStream::connect(address)?.write_all(&[0x1b])?;
        times.push(receiver.recv_timeout(Duration::from_secs(20))?.saturating_duration_since(begun));
    }
    Ok(times)
}

/// What it takes to draw a receipt for a receipt printer, as text and as PDF.
fn drawings(desk: &Desk, products: &[String]) -> anyhow::Result<[Vec<Duration>; 3]> {
    // Nobody listens there: the receipt waits.
    set(desk, "127.0.0.1:1")?;
    for (no, product_id) in products.iter().take(LINES).enumerate() {
        let quantity = i64::try_from(no % 3 + 1)?;
        desk.add_product(AddProduct { ask_id: new_id(), product_id: product_id.clone(), quantity })?;
    }
    let basket = desk.basket(Nothing {})?;
    anyhow::ensure!(basket.lines.len() == LINES, "{} lines", basket.lines.len());
    let tender = TenderInput {
        kind: "card".to_owned(),
        amount_minor: basket.total_minor,
        reference: None,
        customer_id: None,
    };
    sell(
        desk,
        CompleteSale {
            sale_id: basket.sale_id.clone(),
            tenders: vec![tender],
            seen_total_minor: basket.total_minor,
        },
    )?;
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..DRAWN {
        let begun = Instant::now();
        let paper = desk.next_print(Which::Receipts)?.context("the receipt waits")?;
        times[0].push(begun.elapsed());
        anyhow::ensure!(paper.bytes.len() > 1_000, "a receipt of {} bytes", paper.bytes.len());
        let begun = Instant::now();
        let sale = desk.sale(SaleId { sale_id: basket.sale_id.clone() })?;
        times[1].push(begun.elapsed());
        anyhow::ensure!(sale.receipt.text.lines().count() > LINES, "{}", sale.receipt.text);
        let begun = Instant::now();
        let file = desk.print_file(PrintRef { print_id: basket.sale_id.clone() })?;
        times[2].push(begun.elapsed());
        anyhow::ensure!(file.base64.starts_with("JVBERi0"), "{} is no PDF", file.name);
    }
    desk.settle_print(SettlePrint {
        print_id: None,
        which: "receipts".to_owned(),
        how: "printed".to_owned(),
    })?;
    Ok(times)
}
