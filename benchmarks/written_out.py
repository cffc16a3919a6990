"""The forward pass of MiniLM step by step, in a form in which ONNX Runtime recognises attention and fuses it."""

import math
from typing import Any

import torch
from torch import nn

# Added to the attention scores of padding tokens.
_FORBIDDEN = -10000.0


def hidden_states(
    body: Any, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
) -> torch.Tensor:
    """The last hidden states of a transformers BERT, float32, shape ``(n, tokens, size)``, for inputs of shape ``(n, tokens)``."""
    heads = body.config.num_attention_heads
    mask = (1.0 - attention_mask.unsqueeze(1).unsqueeze(2).to(torch.float32)) * _FORBIDDEN
    table = body.embeddings
    hidden: torch.Tensor = table.word_embeddings(input_ids) + table.token_type_embeddings(token_type_ids)
    hidden = table.LayerNorm(hidden + table.position_embeddings(table.position_ids[:, : input_ids.size(1)]))
    for layer in body.encoder.layer:
        attention = layer.attention.self
        query, key, value = (_split(part(hidden), heads) for part in (attention.query, attention.key, attention.value))
        scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(query.size(-1)) + mask
        mixed = torch.matmul(torch.softmax(scores, dim=-1), value).permute(0, 2, 1, 3).contiguous()
        mixed = mixed.view(mixed.size(0), mixed.size(1), body.config.hidden_size)
        output = layer.attention.output
        hidden = output.LayerNorm(output.dense(mixed) + hidden)
        inner = nn.functional.gelu(layer.intermediate.dense(hidden))
        hidden = layer.output.LayerNorm(layer.output.dense(inner) + hidden)
    return hidden


def _split(hidden: torch.Tensor, heads: int) -> torch.Tensor:
    return hidden.view(hidden.size(0), hidden.size(1), heads, hidden.size(2) // heads).permute(0, 2, 1, 3)
