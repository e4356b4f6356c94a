//! Adyen: each item of a notification carries, in `additionalData.hmacSignature`, HMAC-SHA256 in
//! Base64 of eight of its fields with colons between (Adyen, "Verify HMAC signatures").
//!
//! Nothing is escaped, so that a colon in a field could move the borders between fields. Only the
//! merchant's own reference may have one: the fields before it and after it have forms without
//! colons, and then the borders are where they were signed. There is no time in it: an old item
//! is as good as a new one, and is known by what it says.

use super::{Keys, SignatureError, base64, base64_signature, header, sign};

/// The fields that are signed, as they stand in the item; one that is missing is empty.
#[derive(Clone, Copy)]
pub struct Signed<'a> {
    pub psp_reference: &'a str,
    pub original_reference: &'a str,
    pub merchant_account: &'a str,
    pub merchant_reference: &'a str,
    pub value: &'a str,
    pub currency: &'a str,
    pub event_code: &'a str,
    pub success: &'a str,
}

impl Signed<'_> {
    fn text(&self) -> String {
        [
            self.psp_reference,
            self.original_reference,
            self.merchant_account,
            self.merchant_reference,
            self.value,
            self.currency,
            self.event_code,
            self.success,
        ]
        .join(":")
    }

    fn has_its_borders(&self) -> bool {
        let plain = [
            self.psp_reference,
            self.original_reference,
            self.merchant_account,
            self.value,
            self.currency,
            self.event_code,
            self.success,
        ];
        plain.iter().all(|field| !field.contains(':'))
            && matches!(self.success, "true" | "false")
            && !self.psp_reference.is_empty()
            && !self.event_code.is_empty()
    }
}

/// Checks one item's signature.
pub fn verify(
    keys: &Keys,
    signature: Option<&str>,
    signed: &Signed<'_>,
) -> Result<(), SignatureError> {
    let claimed = base64_signature(header(signature)?)?;
    if !signed.has_its_borders() {
        return Err(SignatureError::SignedField);
    }
    keys.give(&[signed.text().as_bytes()], &[claimed])
}

/// The signature of an item, for those who sign: test servers. The key's bytes, not its
/// hexadecimal digits.
pub fn signature_for(key: &[u8], signed: &Signed<'_>) -> String {
    base64(&sign(key, &[signed.text().as_bytes()]))
}
