#pragma once

#include <string>
#include <vector>

namespace ropewalk::tests::unit {

/// While it lives, this process's calls that bring files to the disk, by this thread, in their order: "write NAME" for
/// fdatasync, "name NAME" for rename, "sync NAME" for fsync, with the last part of the path. They are also carried out.
class DiskCalls {
public:
    DiskCalls();
    ~DiskCalls();
    DiskCalls(const DiskCalls&) = delete;
    DiskCalls& operator=(const DiskCalls&) = delete;

    std::vector<std::string> seen;
};

}  // namespace ropewalk::tests::unit
