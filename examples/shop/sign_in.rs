use std::error::Error;

use nexolog::Access;

use crate::sessions::random_token;

/// Who may read the shop's logs.
pub(crate) struct SignIn {
    pub(crate) access: Access,
    /// The token that was made up for this run, where the environment names none.
    pub(crate) made_token: Option<String>,
}

impl SignIn {
    const VARIABLES: [&str; 4] =
        ["LOG_API_TOKEN", "LOG_API_TOKEN_FILE", "LOG_API_ADMIN_TOKEN", "LOG_API_ADMIN_TOKEN_FILE"];

    /// The tokens of the environment, else a random one: an example should run at once, and be safe.
    ///
    /// A real service calls `Access::from_env()?`, which refuses to start without a token.
    pub(crate) fn from_env() -> Result<SignIn, Box<dyn Error>> {
        if Self::VARIABLES.iter().any(|name| std::env::var_os(name).is_some()) {
            return Ok(SignIn { access: Access::from_env()?, made_token: None });
        }
        let token = random_token()?;
        Ok(SignIn { access: Access::token(&token)?, made_token: Some(token) })
    }
}
