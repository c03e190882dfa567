//! A line of so many bits a second, on loopback: what a pharmacy at the end of a village has.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

/// Bytes that go on together.
const PIECE: usize = 2_048;

/// One direction: what goes through it waits until the line is free.
struct Direction {
    bytes_per_second: f64,
    free_at: Mutex<Instant>,
    count: AtomicU64,
}

impl Direction {
    fn new(bits_per_second: u64) -> Arc<Self> {
        let bytes_per_second = bits_per_second as f64 / 8.0;
        Arc::new(Self { bytes_per_second, free_at: Mutex::new(Instant::now()), count: AtomicU64::new(0) })
    }

    fn wait(&self, bytes: usize) {
        let takes = Duration::from_secs_f64(bytes as f64 / self.bytes_per_second);
        let until = {
            let mut free_at = self.free_at.lock().expect("not poisoned");
            *free_at = (*free_at).max(Instant::now()) + takes;
            *free_at
        };
        sleep(until.saturating_duration_since(Instant::now()));
        self.count.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    fn carry(self: Arc<Self>, mut from: TcpStream, mut to: TcpStream) {
        let mut piece = [0; PIECE];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            self.wait(count);
            if to.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    }
}

/// A slow line to a server. It lasts as long as the program.
pub struct SlowLine {
    /// Where it begins.
    pub address: SocketAddr,
    up: Arc<Direction>,
    down: Arc<Direction>,
}

impl SlowLine {
    /// Lays one to `server`, with so many bits a second in each direction.
    pub fn to(server: String, bits_per_second: u64) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let line = Self {
            address: listener.local_addr()?,
            up: Direction::new(bits_per_second),
            down: Direction::new(bits_per_second),
        };
        let (up, down) = (Arc::clone(&line.up), Arc::clone(&line.down));
        spawn(move || {
            for here in listener.incoming().flatten() {
                let Ok(there) = TcpStream::connect(&server) else { continue };
                let (Ok(here_again), Ok(there_again)) = (here.try_clone(), there.try_clone()) else {
                    continue;
                };
                let (up, down) = (Arc::clone(&up), Arc::clone(&down));
                spawn(move || up.carry(here, there));
                spawn(move || down.carry(there_again, here_again));
            }
        });
        Ok(line)
    }

    /// Bytes that went through it in both directions, HTTP headers included.
    pub fn carried(&self) -> u64 {
        self.up.count.load(Ordering::Relaxed) + self.down.count.load(Ordering::Relaxed)
    }
}
