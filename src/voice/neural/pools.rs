//! One thread for each network that is running. Knows nothing of what runs.

use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, NodeId, RunOptions, ThreadPool, Value};

use super::NeuralError;

/// Pools of one thread each: as many as there ever were sentences spoken at the same time.
#[derive(Default)]
pub(super) struct Pools(Mutex<Vec<Arc<ThreadPool>>>);

impl Pools {
    /// Runs a network on one thread.
    pub(super) fn run<const N: usize>(
        &self,
        model: &Model,
        inputs: Vec<(NodeId, Value)>,
        outputs: [NodeId; N],
    ) -> Result<[Value; N], NeuralError> {
        let inputs = inputs.into_iter().map(|(id, value)| (id, value.into())).collect();
        self.with(|pool| model.run_n(inputs, outputs, Some(RunOptions::default().with_thread_pool(Some(pool)))))
            .map_err(|e| NeuralError::Run(e.to_string()))
    }

    fn with<R>(&self, run: impl FnOnce(Arc<ThreadPool>) -> R) -> R {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let pool = idle.unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let result = run(Arc::clone(&pool));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(pool);
        result
    }
}

/// Whole numbers for a network.
pub(super) fn whole(shape: &[usize], data: Vec<i32>) -> Result<Value, NeuralError> {
    Value::from_shape(shape, data).map_err(|e| NeuralError::Run(e.to_string()))
}

/// Numbers for a network.
pub(super) fn numbers(shape: &[usize], data: Vec<f32>) -> Result<Value, NeuralError> {
    Value::from_shape(shape, data).map_err(|e| NeuralError::Run(e.to_string()))
}

/// The numbers of what came out.
pub(super) fn floats(value: Value) -> Result<Vec<f32>, NeuralError> {
    let tensor =
        value.into_tensor::<f32>().ok_or_else(|| NeuralError::Run("what came out are no floats".to_owned()))?;
    Ok(tensor.into_data())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_used_again() {
        let pools = Pools::default();
        let of = |pool: Arc<ThreadPool>| Arc::as_ptr(&pool);
        assert_eq!(pools.with(of), pools.with(of));
        pools.with(|_| pools.with(|_| ()));
        assert_eq!(pools.0.lock().unwrap().len(), 2);
    }
}
