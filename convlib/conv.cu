// The kernels of cuda.py, which says what they are for.
//
// Options of the compiler choose the numbers (SCALAR in memory, SUM while adding up, RESULT for the
// output), the algorithm (KERNEL) and its threads per block (THREADS).  No header is needed.

using uint8 = unsigned char;
using uint16 = unsigned short;
using uint32 = unsigned int;
using uint64 = unsigned long long;
using float32 = float;
using float64 = double;

#ifdef __CUDACC__
struct float16 {  // conversions are all that is needed, and cuda_fp16.h is not always there
  unsigned short bits;
  __device__ float16(float wide) { asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(wide)); }
  __device__ operator float() const {
    float wide;
    asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(bits));
    return wide;
  }
};
#endif

template <class T>
struct Complex {
  T re, im;
};
using complex64 = Complex<float>;
using complex128 = Complex<double>;

template <class T>
__device__ void add_product(T& sum, T a, T b) {
  sum += a * b;
}

template <class T>
__device__ void add_product(Complex<T>& sum, Complex<T> a, Complex<T> b) {
  sum.re += a.re * b.re;
  sum.re -= a.im * b.im;
  sum.im += a.re * b.im;
  sum.im += a.im * b.re;
}

template <class T>
__device__ void add(T& sum, T more) {
  sum += more;
}

template <class T>
__device__ void add(Complex<T>& sum, Complex<T> more) {
  sum.re += more.re;
  sum.im += more.im;
}

// What an output position or a kernel element contributes to the address of an input.
// A position's mask has a bit for each row of the kernel that falls outside there, an element's for
// each row that it is in: it reads padding if they share one.  Elements also have bit 0 and
// positions bit 1, so that what does not exist, with all bits, meets nothing.
struct alignas(8) Place {
  int offset, mask;
};

struct Problem {
  int filters, elements;  // of one group: the weight's rows and columns
  int positions, stops;   // of an output channel, in one image and in all
  int groups, plane;      // plane: how many inputs of one image a group has
  int part;               // of a sum, for one block: a multiple of 8; its result lies behind others

  __device__ Place element(const Place* table, int k) const {
    return k < elements ? table[k] : Place{0, -1};
  }
  __device__ Place stop(const Place* table, int n) const {
    if (n >= stops) return Place{0, -1};
    const uint32 image = uint32(n) / uint32(positions);
    Place place = table[n - int(image) * positions];
    place.offset += int(image) * groups * plane;
    return place;
  }
  // Where the output of a group's first filter at a stop is; the next filter's is `positions` on.
  __device__ int output(int group, int n) const {
    const uint32 image = uint32(n) / uint32(positions);
    return (int(image) * groups + group) * filters * positions + n - int(image) * positions;
  }
};

__device__ SUM read(const SCALAR* x, Place a, Place b) {
  return a.mask & b.mask ? SUM{} : SUM(x[a.offset + b.offset]);
}

__device__ int cut(int whole, int part) { return (whole + part - 1) / part; }

// One product of matrices, whose right one is read through the two tables.
// A block of DOWN x ACROSS threads holds a tile of the result, each thread ROWS rows of 8, 4 or 2
// columns in its registers.
// GRAD false: filters x elements times elements x stops.
// GRAD true: filters x stops (the gradient by the output) times stops x elements.
template <int DOWN, int ACROSS, int ROWS, bool GRAD>
__device__ void gemm(const SCALAR* a, const SCALAR* x, RESULT* out, const Place* elements,
                     const Place* positions, const Problem p) {
  constexpr int DEPTH = 8, V = 16 / sizeof(SUM), COLUMNS = 2 * V;
  constexpr int COUNT = DOWN * ACROSS, TALL = DOWN * ROWS, WIDE = ACROSS * COLUMNS;
  constexpr int A_SHARE = TALL * DEPTH / COUNT, B_SHARE = WIDE * DEPTH / COUNT;
  struct alignas(16) Vector {  // what shared memory hands over in one go
    SUM at[V];
  };
  // Two tiles of each, one read and one written; one more vector a row keeps off bank conflicts.
  __shared__ Vector a_tile[2][DEPTH][TALL / V + 1], b_tile[2][DEPTH][WIDE / V + 1];

  const int t = threadIdx.x, down = t / ACROSS, across = t % ACROSS;
  const int width = GRAD ? p.elements : p.stops, depth = GRAD ? p.stops : p.elements;
  const int tall = cut(p.filters, TALL), wide = cut(width, WIDE);
  int block = blockIdx.x;  // filters first: blocks at work together then read the same inputs
  const int first_row = block % tall * TALL;
  block /= tall;
  const int first_column = block % wide * WIDE;
  block /= wide;
  const int group = block % p.groups, part = block / p.groups;
  const int begin = part * p.part, end = min(begin + p.part, depth);
  x += group * p.plane;

  // Which element of the next tiles this thread fetches, the i-th time: neighbours in memory.
  const auto a_row = [&](int i) { return t / DEPTH + i * (COUNT / DEPTH); };
  const auto b_row = [&](int i) { return GRAD ? t % DEPTH : (t + i * COUNT) / WIDE; };
  const auto b_column = [&](int i) {
    return GRAD ? t / DEPTH + i * (COUNT / DEPTH) : (t + i * COUNT) % WIDE;
  };
  Place columns[B_SHARE];
#pragma unroll
  for (int i = 0; i < B_SHARE; i++) {
    const int n = first_column + b_column(i);
    columns[i] = GRAD ? p.element(elements, n) : p.stop(positions, n);
  }

  SUM a_next[A_SHARE], b_next[B_SHARE];
  const auto fetch = [&](int from) {
    const int k = from + t % DEPTH;
    const int a_start = GRAD ? p.output(group, k) : group * p.filters * p.elements + k;
    const int a_pitch = GRAD ? p.positions : p.elements;
#pragma unroll
    for (int i = 0; i < A_SHARE; i++) {
      const int row = first_row + a_row(i);
      a_next[i] = k < depth && row < p.filters ? SUM(a[a_start + row * a_pitch]) : SUM{};
    }
    if constexpr (GRAD) {
      const Place row = p.stop(positions, k);
#pragma unroll
      for (int i = 0; i < B_SHARE; i++) b_next[i] = read(x, row, columns[i]);
    } else {
#pragma unroll
      for (int i = 0; i < B_SHARE; i++)
        b_next[i] = read(x, p.element(elements, from + b_row(i)), columns[i]);
    }
  };
  const auto store = [&](int stage) {
#pragma unroll
    for (int i = 0; i < A_SHARE; i++)
      a_tile[stage][t % DEPTH][a_row(i) / V].at[a_row(i) % V] = a_next[i];
#pragma unroll
    for (int i = 0; i < B_SHARE; i++)
      b_tile[stage][b_row(i)][b_column(i) / V].at[b_column(i) % V] = b_next[i];
  };

  SUM sums[ROWS][COLUMNS] = {};
  const auto multiply = [&](int stage) {
#pragma unroll
    for (int k = 0; k < DEPTH; k++) {
      Vector left[ROWS / V], right[2];
#pragma unroll
      for (int i = 0; i < ROWS / V; i++) left[i] = a_tile[stage][k][i * DOWN + down];
#pragma unroll
      for (int i = 0; i < 2; i++) right[i] = b_tile[stage][k][i * ACROSS + across];
#pragma unroll
      for (int i = 0; i < ROWS; i++)
#pragma unroll
        for (int j = 0; j < COLUMNS; j++)
          add_product(sums[i][j], left[i / V].at[i % V], right[j / V].at[j % V]);
    }
  };

  fetch(begin);
  store(0);
  __syncthreads();
  for (int from = begin, stage = 0; from < end; from += DEPTH, stage ^= 1) {
    const bool more = from + DEPTH < end;
    if (more) fetch(from + DEPTH);  // on its way while the tiles that are there are multiplied
    multiply(stage);
    if (more) store(stage ^ 1);
    __syncthreads();
  }

  out += (long long)part * p.groups * p.filters * width;
  const int pitch = GRAD ? p.elements : p.positions;
#pragma unroll
  for (int j = 0; j < COLUMNS; j++) {
    const int n = first_column + (j / V * ACROSS + across) * V + j % V;
    if (n >= width) continue;
    const int start = GRAD ? group * p.filters * p.elements + n : p.output(group, n);
#pragma unroll
    for (int i = 0; i < ROWS; i++) {
      const int row = first_row + (i / V * DOWN + down) * V + i % V;
      if (row < p.filters) out[start + row * pitch] = RESULT(sums[i][j]);
    }
  }
}

// By the definition, for groups of FILTERS filters, which share only what one thread reads.
// Each thread computes all of them at a few stops; the weights wait in shared memory.
template <int FILTERS>
__device__ void few(const SCALAR* w, const SCALAR* x, RESULT* out, const Place* elements,
                    const Place* positions, const Problem p) {
  constexpr int STOPS = 4, CHUNK = 128;
  __shared__ Place places[CHUNK];
  __shared__ SUM weights[CHUNK][FILTERS];

  const int t = threadIdx.x, count = blockDim.x, blocks = cut(p.stops, STOPS * count);
  const int group = blockIdx.x / blocks, first = blockIdx.x % blocks * STOPS * count + t;
  x += group * p.plane;
  w += group * FILTERS * p.elements;
  Place stops[STOPS];
#pragma unroll
  for (int i = 0; i < STOPS; i++) stops[i] = p.stop(positions, first + i * count);

  SUM sums[STOPS][FILTERS] = {};
  for (int from = 0; from < p.elements; from += CHUNK) {
    const int size = min(CHUNK, p.elements - from);
    __syncthreads();
    for (int k = t; k < size; k += count) {
      places[k] = elements[from + k];
#pragma unroll
      for (int f = 0; f < FILTERS; f++) weights[k][f] = SUM(w[f * p.elements + from + k]);
    }
    __syncthreads();
#pragma unroll 4
    for (int k = 0; k < size; k++) {
#pragma unroll
      for (int i = 0; i < STOPS; i++) {
        const SUM seen = read(x, places[k], stops[i]);
#pragma unroll
        for (int f = 0; f < FILTERS; f++) add_product(sums[i][f], weights[k][f], seen);
      }
    }
  }

#pragma unroll
  for (int i = 0; i < STOPS; i++) {
    const int n = first + i * count;
    if (n >= p.stops) continue;
    const int start = p.output(group, n);
#pragma unroll
    for (int f = 0; f < FILTERS; f++) out[start + f * p.positions] = RESULT(sums[i][f]);
  }
}

// The gradient by the weight for groups of few filters: a block sums up over stops, for one filter
// and ELEMENTS kernel elements, first each thread for itself, then in pairs, always the same ones.
template <int ELEMENTS>
__device__ void few_grad(const SCALAR* y, const SCALAR* x, RESULT* out, const Place* elements,
                         const Place* positions, const Problem p) {
  __shared__ SUM all[ELEMENTS][THREADS];

  const int t = threadIdx.x, chunks = cut(p.elements, ELEMENTS);
  int block = blockIdx.x;
  const int first = block % chunks * ELEMENTS;
  block /= chunks;
  const int filter = block % p.filters;
  block /= p.filters;
  const int group = block % p.groups, part = block / p.groups;
  const int begin = part * p.part, end = min(begin + p.part, p.stops);
  x += group * p.plane;
  Place places[ELEMENTS];
#pragma unroll
  for (int k = 0; k < ELEMENTS; k++) places[k] = p.element(elements, first + k);

  SUM sums[ELEMENTS] = {};
  for (int n = begin + t; n < end; n += THREADS) {
    const Place stop = p.stop(positions, n);
    const SUM given = SUM(y[p.output(group, n) + filter * p.positions]);
#pragma unroll
    for (int k = 0; k < ELEMENTS; k++) add_product(sums[k], given, read(x, stop, places[k]));
  }
#pragma unroll
  for (int k = 0; k < ELEMENTS; k++) all[k][t] = sums[k];
  for (int half = THREADS / 2; half; half /= 2) {
    __syncthreads();
    if (t < half) {
#pragma unroll
      for (int k = 0; k < ELEMENTS; k++) add(all[k][t], all[k][t + half]);
    }
  }
  __syncthreads();

  out += ((long long)(part * p.groups + group) * p.filters + filter) * p.elements;
  if (t < ELEMENTS && first + t < p.elements) out[first + t] = RESULT(all[t][0]);
}

extern "C" __global__ void __launch_bounds__(THREADS, (THREADS == 256 ? 512 : 384) / THREADS)
convolve(const SCALAR* __restrict__ a, const SCALAR* __restrict__ x, RESULT* __restrict__ out,
         const Place* __restrict__ elements, const Place* __restrict__ positions, int filters,
         int element_count, int position_count, int stops, int groups, int plane, int part) {
  const Problem p{filters, element_count, position_count, stops, groups, plane, part};
  KERNEL(a, x, out, elements, positions, p);
}
