use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::database::Customer;
use crate::error::ShopError;
use crate::shop::Shop;

/// The customer of a request that needs one.
pub(crate) struct SignedIn(pub(crate) Customer);

impl FromRequestParts<Shop> for SignedIn {
    type Rejection = ShopError;

    async fn from_request_parts(parts: &mut Parts, shop: &Shop) -> Result<SignedIn, ShopError> {
        let token = session_token(&parts.headers).ok_or(ShopError::NotSignedIn)?;
        let customer = shop.sessions.customer(token).ok_or(ShopError::NotSignedIn)?;
        // From here on each line of this request says on whose behalf it was done.
        nexolog::identify(&customer.id, customer.organization.as_deref());
        Ok(SignedIn(customer))
    }
}

/// The token of `Authorization: Bearer …`.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
