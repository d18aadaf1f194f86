"""The case (工单): one module per step of the work, under the decider that names them all."""
