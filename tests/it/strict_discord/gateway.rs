//! The gateway, with a raw websocket.
