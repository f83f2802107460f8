# Sizes of IP packets at the NASA Ames Internet Exchange, May 1999: CAIDA, "Packet Length Distributions",
# www.caida.org/research/traffic-analysis/AIX/plen_hist, 127,710,031 packets. The page gives quantiles only:
# 5th and 25th percentile 40 bytes, median 93, 75th percentile 576, 95th 1500; mean 413.
# 14 bytes of Ethernet header are added, and 60 is the smallest packet. Between the quantiles sizes are
# spread evenly, which is an assumption: mean 409 here, 427 by the page's mean and 14 more.
# BYTES CUMULATIVE
60   0.25
107  0.50
590  0.75
1514 0.95
1514 1
