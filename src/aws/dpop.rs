//! Proof of possession (`DPoP`, RFC 9449): the header that proves to the sign-in service that a request to renew a
//! session comes from the holder of the key that the session was started with.

use std::fmt;
use std::time::SystemTime;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use base64_simd::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use rustls_pki_types::PrivateSec1KeyDer;
use rustls_pki_types::pem::PemObject;
use serde_json::json;
use zeroize::Zeroizing;

/// The PKCS #8 header in front of a key: version 0, and the curve P-256. ring reads keys in PKCS #8 only.
const P256: [u8; 24] = [
    0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
    0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
];
const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;

/// The key of a session. It adds a new proof to every attempt of a request.
pub(super) struct Proof {
    key: EcdsaKeyPair,
    random: SystemRandom,
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

impl Proof {
    /// Reads a key in PEM, `-----BEGIN EC PRIVATE KEY-----`; `None` if it is not a key of the curve P-256.
    pub(super) fn of(pem: &str) -> Option<Self> {
        let sec1 = PrivateSec1KeyDer::from_pem_slice(pem.as_bytes()).ok()?;
        let mut inside = Zeroizing::new(P256.to_vec());
        inside.extend_from_slice(&wrapped(OCTETS, sec1.secret_sec1_der())?);
        let pkcs8 = wrapped(SEQUENCE, &inside)?;
        let random = SystemRandom::new();
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8, &random).ok()?;
        Some(Self { key, random })
    }

    /// The value of the header `DPoP` for one `POST` to this URL.
    fn header(&self, url: &str, now: SystemTime) -> Result<String, BoxError> {
        let [_, point @ ..] = self.key.public_key().as_ref() else { return Err("no key".into()) };
        let (x, y) = point.split_at_checked(point.len() / 2).ok_or("no point")?;
        let mut id = [0; 16];
        self.random.fill(&mut id).map_err(|_| "no randomness")?;
        let header = json!({
            "typ": "dpop+jwt",
            "alg": "ES256",
            "jwk": { "kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y) },
        });
        let claims = json!({
            "jti": encoded(&id),
            "htm": "POST",
            "htu": url,
            "iat": now.duration_since(SystemTime::UNIX_EPOCH)?.as_secs(),
        });
        let [header, claims] = [header, claims].map(|part| encoded(part.to_string().as_bytes()));
        let signed = format!("{header}.{claims}");
        let signature =
            self.key.sign(&self.random, signed.as_bytes()).map_err(|_| "no signature")?;
        Ok(format!("{signed}.{}", encoded(signature.as_ref())))
    }
}

impl Intercept for Proof {
    fn name(&self) -> &'static str {
        "Proof"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let header = self.header(request.uri(), SystemTime::now())?;
        request.headers_mut().try_insert("dpop", header)?;
        Ok(())
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

/// Encodes a value in DER: its tag, its length, and the value; `None` if it has more than 255 bytes. Keys of P-256 have
/// fewer.
fn wrapped(tag: u8, inside: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let length = u8::try_from(inside.len()).ok()?;
    let head: &[u8] = if length < 0x80 { &[tag, length] } else { &[tag, 0x81, length] };
    Some(Zeroizing::new([head, inside].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    /// Made for this test with `openssl ecparam -name prime256v1 -genkey -noout`.
    const KEY: &str = include_str!("../../tests/it/rig/dpop.pem");

    #[test]
    fn a_proof_is_signed_with_the_key_that_it_contains() {
        let url = "https://eu-west-1.signin.aws.amazon.com/v1/token";
        let now = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        let header = Proof::of(KEY).unwrap().header(url, now).unwrap();
        let parts: Vec<_> = header.split('.').collect();
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode_to_vec(part).unwrap();
        let [head, claims] = [0, 1]
            .map(|at| serde_json::from_slice::<serde_json::Value>(&bytes(parts[at])).unwrap());
        assert_eq!((&head["typ"], &head["alg"]), (&json!("dpop+jwt"), &json!("ES256")));
        assert_eq!((&claims["htm"], &claims["htu"]), (&json!("POST"), &json!(url)));
        assert_eq!(claims["iat"], 1_700_000_000);
        let [x, y] = ["x", "y"].map(|name| bytes(head["jwk"][name].as_str().unwrap()));
        let key = [vec![4], x, y].concat();
        let signed = format!("{}.{}", parts[0], parts[1]);
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
        key.verify(signed.as_bytes(), &bytes(parts[2])).unwrap();
    }

    #[test]
    fn an_invalid_key_gives_no_proof() {
        let cut = KEY.replace("-----END", "A-----END");
        for pem in ["", "key", &cut, &KEY.replace("EC PRIVATE", "RSA PRIVATE")] {
            assert!(Proof::of(pem).is_none(), "{pem}");
        }
    }
}
