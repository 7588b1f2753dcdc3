//! How values travel between server functions, the first HTML and the browser: in postcard's encoding, as live messages do, so that
//! the browser needs one decoder for each type and not two.

use std::future::Future;

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

/// The encoding of values in the first HTML.
pub struct Wire;

/// A value that cannot be encoded or is not what was expected.
#[derive(Debug)]
pub struct Garbled;

impl<T: Serialize> Encoder<T> for Wire {
    type Error = Garbled;
    type Encoded = Vec<u8>;

    fn encode(value: &T) -> Result<Vec<u8>, Garbled> {
        domain::live::encode(value).map_err(|_| Garbled)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Wire {
    type Error = Garbled;
    type Encoded = [u8];

    fn decode(bytes: &[u8]) -> Result<T, Garbled> {
        domain::live::decode(bytes).map_err(|_| Garbled)
    }
}

/// A value that the server has ready for the first HTML, and that the browser loads when a page is opened later.
pub fn load<S, T, Loading>(
    source: impl Fn() -> S + Send + Sync + 'static,
    load: impl Fn(S) -> Loading + Send + Sync + 'static,
) -> Resource<T, Wire>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Loading: Future<Output = T> + Send + 'static,
{
    Resource::<T, Wire>::new_with_options(source, load, false)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use domain::Error;

    use super::*;
    use crate::error::AppError;

    #[test]
    fn every_refusal_survives_the_way() {
        for error in [Error::internal(), Error::invalid("host", "is missing"), Error::unauthenticated()] {
            let sent: Result<u32, AppError> = Err(AppError::from(error).with_typed(&[("name", "web")]));
            let bytes = <Wire as Encoder<_>>::encode(&sent).unwrap();
            let received: Result<u32, AppError> = Wire::decode(&bytes).unwrap();
            assert_eq!(received, sent);
        }
    }
}
