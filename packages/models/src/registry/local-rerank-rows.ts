import { bertEnglishTokenizer } from './local-embedding-rows.ts';
import type { LocalRerankRow, ModelFile } from './model-row.ts';
import { freePrice } from './price.ts';

const row = {
  kind: 'rerank',
  provider: 'local',
  price: freePrice,
  maven: null,
  weights: 'int8',
  scale: 'probability',
} as const;

/** Unigram over 250,002 pieces (XLM-R); two rerankers share these bytes. */
const bgeRerankerTokenizer: ModelFile = {
  hubPath: 'tokenizer.json',
  jarPath: null,
  bytes: 17_098_079,
  sha256: '48564c5c7d3fa64d85d95e65414a542385f88b0f128fd8d4163fd7a57f2be05c',
};

/** Cross-encoders that run here. Their pins are the hub's, as public lock files record them. */
export const localRerankRows: readonly LocalRerankRow[] = [
  {
    ...row,
    name: 'ms-marco-MiniLM-L-6-v2',
    language: 'en',
    hub: { repo: 'Xenova/ms-marco-MiniLM-L-6-v2', revision: 'a09144355adeed5f58c8ed011d209bf8ee5a1fec' },
    licence: 'Apache-2.0',
    files: {
      model: {
        hubPath: 'onnx/model_quantized.onnx',
        jarPath: null,
        bytes: 23_143_499,
        sha256: 'e9d8ebf845c413e981c175bfe49a3bfa9b3dcce2a3ba54875ee5df5a58639fbe',
      },
      tokenizer: bertEnglishTokenizer,
    },
    maxTokens: 512,
    family: 'bert',
  },
  {
    ...row,
    name: 'mmarco-mMiniLMv2-L12-H384-v1',
    hub: {
      repo: 'cross-encoder/mmarco-mMiniLMv2-L12-H384-v1',
      revision: '1427fd652930e4ba29e8149678df786c240d8825',
    },
    licence: 'Apache-2.0',
    files: {
      model: {
        hubPath: 'onnx/model_quint8_avx2.onnx',
        jarPath: null,
        bytes: 118_620_016,
        sha256: '6c2513767fb63d008a4377bef7a7a3555433d9436342bb53e35a3a72ffc52d4b',
      },
      tokenizer: {
        hubPath: 'tokenizer.json',
        jarPath: null,
        bytes: 17_082_660,
        sha256: '62c24cdc13d4c9952d63718d6c9fa4c287974249e16b7ade6d5a85e7bbb75626',
      },
    },
    maxTokens: 512,
    family: 'xlm-roberta',
  },
  {
    ...row,
    name: 'bge-reranker-base',
    hub: { repo: 'Xenova/bge-reranker-base', revision: '280bcc27a84e0b898c251e06fddb25171bd9b101' },
    licence: 'MIT',
    files: {
      model: {
        hubPath: 'onnx/model_quantized.onnx',
        jarPath: null,
        bytes: 279_301_077,
        sha256: 'dd98f3e67837d23210a6b7550c08cced4f61845b940ac45be3565840a10f3244',
      },
      tokenizer: bgeRerankerTokenizer,
    },
    maxTokens: 512,
    family: 'xlm-roberta',
  },
  {
    ...row,
    name: 'bge-reranker-large',
    hub: { repo: 'Xenova/bge-reranker-large', revision: '3c4ff3c9420fb24ea62acd31e3884e09c8827f2a' },
    licence: 'MIT',
    files: {
      model: {
        hubPath: 'onnx/model_quantized.onnx',
        jarPath: null,
        bytes: 562_938_749,
        sha256: '62cbff7af164e3a5c6776918a25c1b24a54a31854bdbe83ffe1dd13f68901637',
      },
      tokenizer: bgeRerankerTokenizer,
    },
    maxTokens: 512,
    family: 'xlm-roberta',
  },
  {
    ...row,
    name: 'bge-reranker-v2-m3',
    hub: {
      repo: 'onnx-community/bge-reranker-v2-m3-ONNX',
      revision: '6f5ff65298512715a1e669753bc754d2bc8f367b',
    },
    licence: 'Apache-2.0',
    files: {
      model: {
        hubPath: 'onnx/model_int8.onnx',
        jarPath: null,
        bytes: 570_727_094,
        sha256: '912fc1215c2dbff6499700534bd8d31253af01573861abbfc43afd1fab6cce5d',
      },
      tokenizer: {
        hubPath: 'tokenizer.json',
        jarPath: null,
        bytes: 17_082_900,
        sha256: '8bf8afbfd11306bd872018c53bfdf2e160a56f8edbcf49933324404791c148d3',
      },
    },
    // It has 8,192 positions and was trained on 1,024: longer passages are read in windows of that size.
    maxTokens: 1_024,
    family: 'xlm-roberta',
  },
];
