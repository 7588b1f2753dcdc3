//! The program: command line, configuration, router, REST, WebSocket and assets.
