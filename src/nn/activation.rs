//! The activation functions of hidden and of last layers.

/// The activation function of the hidden layers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// σ(z) = 1 / (1 + e^−z).
    #[default]
    Sigmoid,
    /// tanh z.
    Tanh,
    /// max(0, z).
    Relu,
    /// z.
    Linear,
}

impl Activation {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Sigmoid, Self::Tanh, Self::Relu, Self::Linear];

    /// Its name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::Linear => "linear",
        }
    }
}

/// The activation function of the last layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// σ(z), each neuron by itself.
    #[default]
    Sigmoid,
    /// `e^z_j / Σ e^z_k`, over the layer.
    Softmax,
    /// z.
    Linear,
}

impl Output {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Sigmoid, Self::Softmax, Self::Linear];

    /// Its name in scenarios and on screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sigmoid => "sigmoid",
            Self::Softmax => "softmax",
            Self::Linear => "linear",
        }
    }
}
