//! The notice gateway: a provider of text messages as the server meets one, over HTTP.
