//! Amazon's own engine, DynamoDB Local, as tests and benchmarks use it.
