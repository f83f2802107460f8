# SPDX-License-Identifier: GPL-2.0-or-later
# Pages held over time: one line per strategy, and the recorded kernel as a broad grey band behind.
# Variables: nr title[] file[] truth truth_scale time_per time_unit time_max pages_max zoom_max
#            mem_per_page mem_unit
# Colours: Okabe and Ito. Lines drawn later are thinner and each has its own dashes, so that of two
# equal curves both are seen. When one strategy dwarfs others (zoom_max > 0), a second panel shows
# the small ones.
reset # a script is loaded once for each format
width(i) = nr == 1 ? 2.5 : 3.6 - 2.1 * (i - 1) / (nr - 1)
set linetype 1 lc rgb '#0072b2' dt solid
set linetype 2 lc rgb '#d55e00' dt (14,5)
set linetype 3 lc rgb '#009e73' dt (3,4)
set linetype 4 lc rgb '#cc79a7' dt (14,4,3,4)
set linetype 5 lc rgb '#e69f00' dt (24,4)
set linetype 6 lc rgb '#56b4e9' dt (8,8)
set linetype 7 lc rgb '#000000' dt (14,4,3,4,3,4)
set linetype 8 lc rgb '#8c7d00' dt (5,3)
set linetype cycle 8

set datafile separator ','
set border 11 lc rgb '#444444'
set grid xtics ytics lc rgb '#dddddd' lt 1 lw 0.5
set xrange [0:time_max]
set format x '%g'
set format y '%.0f'
set format y2 '%g'
set xtics nomirror
set ytics nomirror
set y2tics nomirror
set ylabel 'pages held'
set y2label sprintf('memory held (%s)', mem_unit)
set lmargin 9
set rmargin 9
legend_rows = (nr + truth + 1) / 2
# Margins in characters from the lower edge: legend, axis label, tics
bottom = legend_rows * 1.25 + 4.9
set key at screen 0.5, graph 0 center top horizontal maxcols 2 maxrows legend_rows \
        Left reverse samplen 6 spacing 1.2 width -2 noenhanced

limit(max) = max * 1.05

if (zoom_max > 0) {
	set multiplot
	set tmargin at screen 0.94
	set bmargin at screen 0.65
	set title 'Memory held'
	set key off
} else {
	set title 'Memory held'
	set xlabel sprintf('time (%s)', time_unit)
	set bmargin bottom
	set key at screen 0.5, character bottom - 3.4
}
set yrange [0:limit(pages_max)]
set y2range [0:limit(pages_max) * mem_per_page]
# An empty `for` still draws once, so the recorded curve cannot be left out by one.
if (truth) {
	plot './truth.csv' using ($1 / time_per):($2 * truth_scale) every ::1 with steps \
	         lw 8 lc rgb '#b8b8b8' dt solid title 'recorded by the kernel', \
	     for [i = 1:nr] file[i] using ($1 / time_per):3 every ::1 with steps \
	         lt i lw width(i) title title[i]
} else {
	plot for [i = 1:nr] file[i] using ($1 / time_per):3 every ::1 with steps \
	         lt i lw width(i) title title[i]
}
if (zoom_max > 0) {
	set tmargin at screen 0.53
	set bmargin bottom
	set title sprintf('the same, up to %.0f pages', zoom_max)
	set xlabel sprintf('time (%s)', time_unit)
	set key on at screen 0.5, character bottom - 3.4
	set yrange [0:limit(zoom_max)]
	set y2range [0:limit(zoom_max) * mem_per_page]
	replot
	unset multiplot
}
