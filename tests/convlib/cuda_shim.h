// As much of CUDA C++ as convlib/conv.cu uses, on a CPU.
//
// The threads of a block are fibres of one thread.  They take turns: each runs up to the next
// barrier or to its end.  Every other round goes backwards, so that a result which hangs on who is
// first, for want of a barrier, comes out wrong.  A barrier that not all threads reach is an error.

#include <ucontext.h>

#define __device__
#define __global__
#define __shared__ static
#define __launch_bounds__(...)

struct Index {
  int x;
};
static Index threadIdx, blockIdx, blockDim;
static ucontext_t fibres[256], scheduler;
static char stacks[256][1 << 16];

static void __syncthreads() { swapcontext(&fibres[threadIdx.x], &scheduler); }

using float16 = _Float16;
static int min(int a, int b) { return a < b ? a : b; }

#include SOURCE

static struct {
  const SCALAR *a, *x;
  RESULT* out;
  const Place *elements, *positions;
  const int* numbers;
} given;
static int ended;

static void fibre() {
  const int* n = given.numbers;
  convolve(given.a, given.x, given.out, given.elements, given.positions, n[0], n[1], n[2], n[3],
           n[4], n[5], n[6]);
  ended++;
}

// Returns the number of blocks that were run; fewer than asked for if one had uneven barriers.
extern "C" int launch(int blocks, int threads, void* const* arrays, const int* numbers) {
  given = {(const SCALAR*)arrays[0], (const SCALAR*)arrays[1], (RESULT*)arrays[2],
           (const Place*)arrays[3], (const Place*)arrays[4], numbers};
  blockDim.x = threads;
  for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++) {
    for (int t = 0; t < threads; t++) {
      getcontext(&fibres[t]);
      fibres[t].uc_stack.ss_sp = stacks[t];
      fibres[t].uc_stack.ss_size = sizeof stacks[t];
      fibres[t].uc_link = &scheduler;
      makecontext(&fibres[t], fibre, 0);
    }
    ended = 0;
    for (int round = 0; !ended; round++)
      for (int i = 0; i < threads; i++) {
        threadIdx.x = round % 2 ? threads - 1 - i : i;
        swapcontext(&scheduler, &fibres[threadIdx.x]);
      }
    if (ended != threads) return blockIdx.x;
  }
  return blocks;
}
