/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * truth_csv.h - a capture's ground truth as a file beside the results.
 */
#ifndef SIM_TRUTH_CSV_H
#define SIM_TRUTH_CSV_H

struct truth_view;

/**
 * truth_write_csv() - OUT/truth.csv: time_ns,pages_held,pages_allocated,iommu_maps,iommu_unmaps
 * of the pools that are compared, then pool0_held,pool0_allocated,... for each of the capture.
 * What was not recorded is an empty column. Written under a temporary name and renamed.
 * Return: 0, -errno.
 */
int truth_write_csv(const struct truth_view *view, const char *path);

#endif
