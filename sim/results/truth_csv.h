/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_csv.h - a capture's ground truth as a file beside the results.
 */
#ifndef SIM_TRUTH_CSV_H
#define SIM_TRUTH_CSV_H

struct truth;

/**
 * truth_write_csv() - OUT/truth.csv: time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps
 * and, for each page_pool of the capture in order of their first hold, pool0_held,pool0_allocated ...
 * A column nobody recorded is empty in every row. Written under a temporary name and renamed.
 * Return: 0, -errno.
 */
int truth_write_csv(const struct truth *truth, const char *path);

#endif
