//! Runs what is asynchronous.

use tokio::runtime::Builder;

use crate::unknown::{ErrorCode, Unknown};

/// Runs it to its end. The runtime is left to itself afterwards: it would wait for name resolution that
/// nobody needs any more.
pub fn block_on<T>(work: impl Future<Output = Result<T, Unknown>>) -> Result<T, Unknown> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| Unknown::new(ErrorCode::Internal, format!("no runtime: {why}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}
