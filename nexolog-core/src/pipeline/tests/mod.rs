mod batch;
mod queue;
