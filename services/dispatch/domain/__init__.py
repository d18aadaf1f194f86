"""Rules of dispatch: pure, one module per aggregate, routing and terms beside them."""
