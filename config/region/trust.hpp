#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

/// Whose files, locks and processes a gateway believes: root's, and those of the user that this process runs as.
namespace ropewalk::config::region {

/// Owner of a file, for sentences: `user 1000`.
std::string owner_of(const struct stat& status);

bool belongs_to_us(const struct stat& status);

/// And nobody else may write: what stands there is what one of us wrote.
bool is_written_by_us(const struct stat& status);

/// Why the file is not for us alone, by its owner and mode: others could lock it or know what it holds. Empty when it
/// is.
std::string misgiving_about(const struct stat& status);

/// Whether a process of that number is there, and is one of ours.
bool is_our_process(std::uint64_t pid);

/// Why others could put files of theirs into a folder or take ours away; empty when they cannot. In a folder with the
/// sticky bit they cannot touch ours.
std::string misgiving_about_folder(const struct stat& status, const std::string& path);

}  // namespace ropewalk::config::region
