//! result-writeback
