//! What a person sees: pages, components and server functions.
