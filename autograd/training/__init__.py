"""Training: data, loops, callbacks and files."""

from .augment import Augment, add_noise, random_crop, random_flip, random_rotation, random_shift, rotate
from .callbacks import EarlyStopping, LambdaCallback, LearningRate, ModelCheckpoint, Printer
from .checkpoint import load_checkpoint, save_checkpoint
from .data import DataLoader, Dataset, Subset, TensorDataset, collate
from .evaluation import evaluate, predict
from .fitting import fit
from .history import History
from .metrics import R2, accuracy, binary_accuracy, bits, mae, mse, perplexity, r2, top_k
from .run import Callback, Run
from .scaling import MinMaxScaler, StandardScaler
from .splitting import random_split, train_test_split
from .weights import load_weights, read_weights, save_weights

__all__ = [
    "Dataset", "TensorDataset", "Subset", "DataLoader", "collate", "train_test_split", "random_split",
    "Augment", "add_noise", "random_flip", "random_shift", "random_rotation", "random_crop", "rotate",
    "StandardScaler", "MinMaxScaler",
    "accuracy", "binary_accuracy", "top_k", "mse", "mae", "r2", "R2", "perplexity", "bits",
    "fit", "evaluate", "predict", "History", "Run",
    "Callback", "EarlyStopping", "ModelCheckpoint", "LambdaCallback", "Printer", "LearningRate",
    "save_weights", "load_weights", "read_weights", "save_checkpoint", "load_checkpoint",
]  # fmt: skip
