"""The whistle (哨): one module per step, under the decider that names them all."""
