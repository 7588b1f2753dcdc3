//! The services: one module per resource or activity.
