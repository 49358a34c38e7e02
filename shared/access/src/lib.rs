//! Opens the vendors for a workspace.
