#pragma once
// As in CLinux: libc's types must look the same in every module that meets them.
#define _GNU_SOURCE 1
#include <nghttp2/nghttp2.h>
