#include "dataplane/worker/instruction_level.hpp"

namespace ropewalk::dataplane::worker {

/// By the compiler's word for the options that this file shares with the worker's loop.
const char* instruction_level() {
#if defined __AVX512F__ && defined __AVX512BW__ && defined __AVX512CD__ && defined __AVX512DQ__ && defined __AVX512VL__
    return "x86-64-v4";
#elif defined __AVX2__ && defined __BMI2__ && defined __FMA__ && defined __MOVBE__ && defined __LZCNT__
    return "x86-64-v3";
#else
    return "x86-64-v2";
#endif
}

}  // namespace ropewalk::dataplane::worker
