/* What benchmarks/compiled_limit.c reads, works in and writes. LANES draws stand side by side: a row. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#ifndef LANES
#define LANES 8
#endif
#define EACH _Pragma("omp simd") for (int n = 0; n < LANES; n++)
#define MAX(a, b) ((a) < (b) ? (b) : (a)) /* keeps a missing value in a */
#define MIN(a, b) ((b) < (a) ? (b) : (a))
#define TINY 1e-300
#define HALF_POINT (0.1 / 0.9)
#define TOLERANCE 1e-12
#define ROUNDS 200

#ifdef VECTOR_MATH /* glibc's libmvec, without -ffast-math: missing values must stay missing */
#pragma omp declare simd notinbranch
double exp(double);
#pragma omp declare simd notinbranch
double pow(double, double);
#pragma omp declare simd notinbranch
double erfc(double);
#endif

typedef double row[LANES];
enum { ROUTE_SHARE, ATTRACTION, FLOOR, MULTIPLE, LEVEL_EXPONENT, LOSS, BUILD, IN_REACH, NETWORK, DAYS, PARAMETERS };

/* Sizes, then static tables, then draws by tile: the order of SIZES, TABLES, NUMBERS and DRAWN in the Python file. */
typedef struct {
    int tiles, regions, rows, groups, areas, pairs, levels, edges, cases, links, families, family_nodes, nodes,
        skill_pools, area_links, linked_nodes, area_pools, facilities, uses, phases, years;
    const int *row_pair, *group_start, *group_area, *group_residual, *rank, *stated_capacity, *pair_area, *edge_start,
        *edge_case, *edge_pair, *skill_own, *skill_pool, *skill_reach, *skill_pool_start, *skill_pool_members,
        *family_start, *family_any, *node_family_start, *family_node, *area_own, *area_pool, *area_reach,
        *area_pool_start, *area_pool_members, *linked_node, *linked_start, *reader_start, *readers, *is_queue,
        *use_start, *use_pair, *active, *before, *changed, *year, *first_of_year, *last_of_year;
    const double *largest, *length, *weight;
    const double *parameters, *impedance, *stated, *population, *national, *weights, *standing, *limits, *share,
        *spread, *held_back, *case_count, *outside, *need, *skill_kappa, *area_kappa, *amounts, *other_load, *ours,
        *capacity, *variation, *refill, *others, *per_patient, *wait, *guarantee, *blocked, *excess, *levels0, *load0,
        *last0, *earlier0;
} Problem;

/* A thread's working memory, and one year's outcome. */
typedef struct {
    row *levels, *load, *last, *earlier, *limits, *pull, *raw, *volume, *kept, *base, *value, *best, *area_best,
        *provided, *not_taken, *stays, *refused, *given;
    int *seen;
    char *todo, *next;
} Work;
typedef struct {
    row *volume, *operability, *levels, *load, *load_before, *flow, *not_taken, *not_referred, *spare, *equal, *first,
        *waiting, *beyond;
} Outcome;
