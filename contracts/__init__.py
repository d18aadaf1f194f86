"""What the services promise one another: envelope, events, topics, catalogues, schemas, examples.

Imports pydantic and the standard library alone, so that an integrator or an auditor can use this
package without the services.
"""
