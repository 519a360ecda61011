//! Runs asynchronous work.

use tokio::runtime::Builder;

use super::stop::Stop;
use crate::unknown::{ErrorCode, Unknown};

/// Runs work to its end. Does not wait for background tasks afterwards, such as a name resolution whose
/// result is no longer needed.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|why| Unknown::new(ErrorCode::Internal, format!("no runtime: {why}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_background();
    result
}
