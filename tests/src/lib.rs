//! flow-tests
