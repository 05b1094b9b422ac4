//! Runs networks on one thread each, and converts their tensors.

use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, NodeId, RunOptions, ThreadPool, Value};

use super::error::NeuralError;

/// Idle pools of one thread each. There are as many pools as sentences were spoken at the same time.
#[derive(Default)]
pub(super) struct ThreadPools(Mutex<Vec<Arc<ThreadPool>>>);

impl ThreadPools {
    /// Runs a network on one thread.
    ///
    /// # Errors
    /// [`NeuralError::Run`] if the network fails.
    pub(super) fn run<const N: usize>(
        &self,
        model: &Model,
        inputs: Vec<(NodeId, Value)>,
        outputs: [NodeId; N],
    ) -> Result<[Value; N], NeuralError> {
        let inputs = inputs.into_iter().map(|(id, value)| (id, value.into())).collect();
        self.with_pool(|pool| model.run_n(inputs, outputs, Some(RunOptions::default().with_thread_pool(Some(pool)))))
            .map_err(|e| NeuralError::Run(e.to_string()))
    }

    fn with_pool<R>(&self, run: impl FnOnce(Arc<ThreadPool>) -> R) -> R {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let pool = idle.unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let result = run(Arc::clone(&pool));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(pool);
        result
    }
}

/// An input of integers.
///
/// # Errors
/// [`NeuralError::Run`] if `data` does not have the shape.
pub(super) fn int_tensor(shape: &[usize], data: Vec<i32>) -> Result<Value, NeuralError> {
    Value::from_shape(shape, data).map_err(|e| NeuralError::Run(e.to_string()))
}

/// An input of floats.
///
/// # Errors
/// [`NeuralError::Run`] if `data` does not have the shape.
pub(super) fn float_tensor(shape: &[usize], data: Vec<f32>) -> Result<Value, NeuralError> {
    Value::from_shape(shape, data).map_err(|e| NeuralError::Run(e.to_string()))
}

/// The data of an output of floats.
///
/// # Errors
/// [`NeuralError::Run`] if the output has another type.
pub(super) fn float_data(value: Value) -> Result<Vec<f32>, NeuralError> {
    let tensor =
        value.into_tensor::<f32>().ok_or_else(|| NeuralError::Run("what came out are no floats".to_owned()))?;
    Ok(tensor.into_data())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_are_used_again() {
        let pools = ThreadPools::default();
        let of = |pool: Arc<ThreadPool>| Arc::as_ptr(&pool);
        assert_eq!(pools.with_pool(of), pools.with_pool(of));
        pools.with_pool(|_| pools.with_pool(|_| ()));
        assert_eq!(pools.0.lock().unwrap().len(), 2);
    }
}
