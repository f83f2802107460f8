/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rng.h - a small reproducible generator: xoshiro256** seeded by splitmix64 from (seed, name).
 *
 * Every component draws from its own stream, so that adding one does not shift the others.
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47
 * (2021); Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
 */
#ifndef TRACES_RNG_H
#define TRACES_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state[4];
};

static inline uint64_t rng_rotl(uint64_t value, unsigned int bits)
{
	return (value << bits) | (value >> (64 - bits));
}

static inline uint64_t rng_splitmix(uint64_t *state)
{
	uint64_t value = *state += 0x9e3779b97f4a7c15u;

	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
	return value ^ (value >> 31);
}

/** rng_seed() - start the stream of a component: FNV-1a of @name is mixed into @seed */
static inline void rng_seed(struct rng *rng, uint64_t seed, const char *name)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
	seed ^= hash;
	for (unsigned int i = 0; i < 4; i++)
		rng->state[i] = rng_splitmix(&seed);
}

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t *s = rng->state;
	uint64_t result = rng_rotl(s[1] * 5, 7) * 9;
	uint64_t shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = rng_rotl(s[3], 45);
	return result;
}

/** rng_below() - uniform in [0, @bound), @bound > 0; bias below 2^-32 (Lemire's multiply) */
static inline uint32_t rng_below(struct rng *rng, uint32_t bound)
{
	return (uint32_t)(((rng_next(rng) >> 32) * bound) >> 32);
}

/** rng_unit() - uniform in (0, 1], 53 bits */
static inline double rng_unit(struct rng *rng)
{
	return (double)((rng_next(rng) >> 11) + 1) * 0x1p-53;
}

#endif
