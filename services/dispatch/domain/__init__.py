"""Rules of dispatch: pure, one package per aggregate, routing and terms beside them."""
