#ifndef SKEIN_CSODIUM_SHIM_H
#define SKEIN_CSODIUM_SHIM_H

#include <sodium.h>

#endif
