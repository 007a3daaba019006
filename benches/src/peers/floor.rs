use std::cell::RefCell;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Peer;
use crate::event::{MESSAGE, ORGANIZATION_ID, Order, REQUEST_ID, TARGET, USER_ID};

/// Bytes after which a thread hands its buffer over.
const HAND_OVER: usize = 60 << 10;

thread_local! {
    static BUFFER: RefCell<Buffer> = const { RefCell::new(Buffer { bytes: Vec::new(), second: 0, date: [0; 19] }) };
}

/// What can't be avoided: the line's bytes put together by hand on the caller, and a thread that writes them.
pub struct Floor {
    full: SyncSender<Vec<u8>>,
    empty: Mutex<Receiver<Vec<u8>>>,
    writer: JoinHandle<()>,
}

struct Buffer {
    bytes: Vec<u8>,
    second: u64,
    date: [u8; 19],
}

/// Hands over what a thread has left when it is done.
pub struct Rest(SyncSender<Vec<u8>>);

impl Peer for Floor {
    type Request = Rest;

    fn start(directory: &Path) -> Floor {
        let mut file = File::create(directory.join("floor.jsonl")).expect("a directory of our own");
        let (full, to_write) = sync_channel::<Vec<u8>>(64);
        let (give_back, empty) = sync_channel(64);
        let writer = std::thread::spawn(move || {
            while let Ok(mut bytes) = to_write.recv() {
                file.write_all(&bytes).expect("a disk that takes it");
                bytes.clear();
                let _ = give_back.try_send(bytes);
            }
        });
        Floor { full, empty: Mutex::new(empty), writer }
    }

    fn enter(&self) -> Rest {
        BUFFER.with_borrow_mut(|buffer| buffer.bytes.reserve(HAND_OVER + 4096));
        Rest(self.full.clone())
    }

    #[inline(never)]
    fn log(&self, _request: &Rest, order: &Order) {
        BUFFER.with_borrow_mut(|buffer| {
            buffer.put(order);
            if buffer.bytes.len() >= HAND_OVER {
                let given = self.empty.lock().map(|empty| empty.try_recv());
                let next = given.ok().and_then(Result::ok);
                let next = next.unwrap_or_else(|| Vec::with_capacity(HAND_OVER + 4096));
                let full = std::mem::replace(&mut buffer.bytes, next);
                self.full.send(full).expect("a writer that listens");
            }
        });
    }

    fn finish(self) {
        drop(self.full);
        self.writer.join().expect("a writer that ends");
    }
}

impl Drop for Rest {
    fn drop(&mut self) {
        let rest = BUFFER.with_borrow_mut(|buffer| std::mem::take(&mut buffer.bytes));
        let _ = self.0.send(rest);
    }
}

impl Buffer {
    fn put(&mut self, order: &Order) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        if now.as_secs() != self.second {
            self.second = now.as_secs();
            let date = jiff::Timestamp::from_second(i64::try_from(self.second).unwrap_or(0));
            let text = date.map(|date| date.to_string()).unwrap_or_default();
            self.date.copy_from_slice(text.as_bytes().get(..19).unwrap_or(&[b'?'; 19]));
        }
        let mut micros = *b".000000Z\",\"level\":\"INFO\",\"module\":\"shop\",\"message\":\"";
        let mut rest = now.subsec_micros();
        for digit in micros[1..7].iter_mut().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        self.text(b"{\"timestamp\":\"");
        self.bytes.extend_from_slice(&self.date);
        self.text(&micros);
        self.text(MESSAGE.as_bytes());
        self.text(b"\",\"request_id\":\"");
        self.text(REQUEST_ID.as_bytes());
        self.text(b"\",\"user_id\":\"");
        self.text(USER_ID.as_bytes());
        self.text(b"\",\"organization_id\":\"");
        self.text(ORGANIZATION_ID.as_bytes());
        self.text(b"\",\"target\":\"");
        self.text(TARGET.as_bytes());
        self.text(b"\",\"file\":\"src/peers/floor.rs\",\"line\":57,\"thread\":\"main\",\"fields\":{\"order_id\":");
        self.text(itoa::Buffer::new().format(order.order_id).as_bytes());
        self.text(b",\"total\":");
        self.text(zmij::Buffer::new().format_finite(order.total).as_bytes());
        self.text(b",\"items\":");
        self.text(itoa::Buffer::new().format(order.items).as_bytes());
        self.text(b",\"currency\":\"");
        self.text(order.currency.as_bytes());
        self.text(if order.express { b"\",\"express\":true" } else { b"\",\"express\":false" });
        self.text(b",\"warehouse\":\"");
        self.text(order.warehouse.as_bytes());
        self.text(b"\"}}\n");
    }

    fn text(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
    }
}
