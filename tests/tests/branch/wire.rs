//! A wire between a till and the server that can be cut.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Carries bytes both ways while it is whole.
pub struct Wire {
    address: SocketAddr,
    is_whole: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// A wire to a server, cut at first.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("bound");
        let is_whole = Arc::new(AtomicBool::new(false));
        let open: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (whole, kept) = (Arc::clone(&is_whole), Arc::clone(&open));
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                if !whole.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(far) = TcpStream::connect(server) else { continue };
                let mut kept = kept.lock().expect("nobody panics with it");
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (mut from, mut to) = (from.try_clone().expect("open"), to.try_clone().expect("open"));
                    kept.push(from.try_clone().expect("open"));
                    std::thread::spawn(move || {
                        let _ = std::io::copy(&mut from, &mut to);
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        Self { address, is_whole, open }
    }

    /// Where the till thinks that the server is.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Mends it.
    pub fn mend(&self) {
        self.is_whole.store(true, Ordering::SeqCst);
    }

    /// Cuts it, in the middle of whatever it carries.
    pub fn cut(&self) {
        self.is_whole.store(false, Ordering::SeqCst);
        for stream in self.open.lock().expect("nobody panics with it").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
