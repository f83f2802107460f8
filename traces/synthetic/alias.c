/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * alias.c - fills the table of Walker's alias method.
 */
#include "traces/synthetic/alias.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Cells that hold less than the mean are filled up from those that hold more. Both kinds wait in
 * one array: the small ones from its start, the large ones from its end.
 */
static void cells_fill(struct alias *alias, double *share, uint32_t *wait)
{
	uint32_t small = 0, large = alias->nr;

	for (uint32_t i = 0; i < alias->nr; i++) {
		alias->cell[i] = (struct alias_cell){UINT32_MAX, i};
		if (share[i] < 1)
			wait[small++] = i;
		else
			wait[--large] = i;
	}
	while (small && large < alias->nr) {
		uint32_t less = wait[--small], more = wait[large];

		alias->cell[less].keep = (uint32_t)(share[less] * 0x1p32);
		alias->cell[less].other = more;
		share[more] -= 1 - share[less];
		if (share[more] < 1) {
			large++;
			wait[small++] = more;
		}
	}
}

int alias_init(struct alias *alias, const double *weight, uint32_t nr)
{
	double *share = calloc(nr, sizeof(*share)), sum = 0;
	uint32_t *wait = calloc(nr, sizeof(*wait));

	alias->nr = nr;
	alias->cell = calloc(nr, sizeof(*alias->cell));
	if (!share || !wait || !alias->cell) {
		free(share);
		free(wait);
		alias_fini(alias);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < nr; i++)
		sum += weight[i];
	for (uint32_t i = 0; i < nr; i++)
		share[i] = weight[i] / sum * nr;
	cells_fill(alias, share, wait);
	free(share);
	free(wait);
	return 0;
}

void alias_fini(struct alias *alias)
{
	free(alias->cell);
	memset(alias, 0, sizeof(*alias));
}
