"""How a service follows the logs of others."""
