//! The running local cloud, through its real edges.
