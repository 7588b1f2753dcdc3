//! One WebSocket of the browser, as plain events.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{BinaryType, MessageEvent, WebSocket};

/// What happens on a socket.
pub enum Event {
    /// A binary frame came.
    Frame(Vec<u8>),
    /// It ended, or never came up.
    Closed,
}

/// An open or opening socket; closed when dropped.
pub struct Socket {
    socket: WebSocket,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(JsValue)>,
}

impl Socket {
    /// Begins to connect. `None` when the browser refuses the address.
    pub fn open(address: &str, on_event: impl Fn(Event) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new(address).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let frame = on_event.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Ok(buffer) = event.data().dyn_into::<ArrayBuffer>() {
                frame(Event::Frame(Uint8Array::new(&buffer).to_vec()));
            }
        });
        // An error is always followed by a close.
        let on_close = Closure::<dyn FnMut(JsValue)>::new(move |_| on_event(Event::Closed));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Some(Self { socket, _on_message: on_message, _on_close: on_close })
    }

    /// Sends a binary frame; lost when the socket is not open.
    pub fn send(&self, bytes: &[u8]) {
        if self.socket.ready_state() == web_sys::WebSocket::OPEN {
            drop(self.socket.send_with_u8_array(bytes));
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        drop(self.socket.close());
    }
}
